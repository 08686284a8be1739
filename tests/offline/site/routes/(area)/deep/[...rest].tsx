import type { PageProps } from "fresh";

export default function Deep(
  { params, state }: PageProps<unknown, { who: string }>,
) {
  return <i>{`${params.rest} for ${state.who}`}</i>;
}
