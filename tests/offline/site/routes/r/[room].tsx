import { type Context, HttpError, page, type PageProps } from "fresh";
import { Head } from "fresh/runtime";

export const handler = {
  GET({ params }: Context<unknown>) {
    if (params.room === "forbidden") throw new HttpError(403, "not you");
    if (params.room === "broken") throw new TypeError("broken");
    return page({ room: params.room }, {
      headers: { "x-page": "1" },
      status: 201,
    });
  },
};

export default function Room({ data }: PageProps<{ room: string }>) {
  return (
    <>
      <Head>
        <title>Room {data.room}</title>
        <meta name="description" content="a room" />
      </Head>
      <h1>{data.room}</h1>
      <script>1 + 1</script>
    </>
  );
}
