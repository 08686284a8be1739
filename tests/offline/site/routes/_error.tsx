import { HttpError, type PageProps } from "fresh";

export default function Problem({ error }: PageProps) {
  return <p>{error instanceof HttpError ? `status ${error.status}` : "oops"}
  </p>;
}
