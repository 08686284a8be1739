import { asset, Head } from "fresh/runtime";
import { define } from "@/lib/define.ts";
import { Icon } from "@/components/Icon.tsx";
import { NoScript } from "@/components/NoScript.tsx";
import { Wordmark } from "@/components/Wordmark.tsx";
import Home from "@/islands/Home.tsx";

const DESCRIPTION =
  "Calls in the browser: send a link, and talk. No account and no app.";

/** The home page: make a room, or enter one. */
export default define.page(function HomePage() {
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
        </main>
        <footer class="fine-print">
          Nothing is recorded on the server. Rooms end by themselves after a
          day.
        </footer>
      </div>
    </>
  );
});
