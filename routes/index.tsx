import { page } from "fresh";
import { asset, Head } from "fresh/runtime";
import { define } from "@/lib/define.ts";
import { listedRooms } from "@/lib/server/listed_rooms.ts";
import { ROOMS_AT_ONCE } from "@/lib/ui/listed_rooms.ts";
import { Icon } from "@/components/Icon.tsx";
import { NoScript } from "@/components/NoScript.tsx";
import { Wordmark } from "@/components/Wordmark.tsx";
import Home from "@/islands/Home.tsx";
import Rooms from "@/islands/Rooms.tsx";

const DESCRIPTION =
  "Calls in the browser: send a link, and talk. No account and no app.";

/** Loads the newest of the listed rooms: they are there before any script runs. The page does without them while the database is away. */
export const handler = define.handlers({
  async GET({ state }) {
    const listed = await listedRooms(state.instance, { limit: ROOMS_AT_ONCE })
      .catch(() => null);
    return page({ listed });
  },
});

/** The home page: make a room, or enter one. */
export default define.page<typeof handler>(function HomePage({ data }) {
  return (
    <>
      <Head>
        <title>Ringdown – open a link and talk</title>
        <meta name="description" content={DESCRIPTION} />
        <link key="home" rel="stylesheet" href={asset("/home.css")} />
      </Head>
      <div class="home">
        <header>
          <Wordmark />
        </header>
        <main>
          <div class="pitch">
            <h1>Open a link and talk.</h1>
            <ul>
              <li>
                <Icon name="invite" />
                Send the link to anyone. They need no account and no app.
              </li>
              <li>
                <Icon name="lock" />
                Sound and picture are encrypted and go straight between the
                people in the call wherever they can.
              </li>
              <li>
                <Icon name="reload" />
                When a connection drops, the call finds its way back by itself.
              </li>
            </ul>
          </div>
          <div class="card">
            <Home />
            <NoScript />
          </div>
          <Rooms listed={data.listed} />
        </main>
        <footer class="fine-print">
          Nothing is recorded on the server. Rooms end by themselves, after a
          day unless you choose otherwise.
        </footer>
      </div>
    </>
  );
});
