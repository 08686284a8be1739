import type { PageProps } from "fresh";

export default function Layout({ Component }: PageProps) {
  return (
    <main>
      <a href="/">Home</a>
      <Component />
    </main>
  );
}
