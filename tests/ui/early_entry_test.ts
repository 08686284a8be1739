import { assert, assertEquals, assertRejects } from "@std/assert";
import { joinRoom } from "@/lib/client/api.ts";
import {
  type EarlyEntry,
  earlyScript,
  type EnterWith,
  enterWith,
} from "@/lib/ui/early_entry.ts";
import {
  callKey,
  hostKey,
  keepCall,
  keepHostToken,
  keepSound,
  rememberName,
} from "@/lib/ui/storage.ts";

Deno.test("enterWith reads what the link asks for", () => {
  const asked = (query: string) => enterWith(new URLSearchParams(query));
  assertEquals(asked(""), null);
  assertEquals(asked("name=Ann"), null);
  assertEquals(asked("enter"), "sound");
  assertEquals(asked("enter="), "sound");
  assertEquals(asked("enter=sound"), "sound");
  assertEquals(asked("enter=video"), "video");
  assertEquals(asked("enter=none"), "none");
  assertEquals(asked("enter=nonsense"), "sound");
});

/** A page's globals, as far as its first script needs them; with nothing else in reach. */
class FakePage {
  earlyEntry?: EarlyEntry;
  requests: { url: string; init: RequestInit }[] = [];
  RTCPeerConnection? = class {};
  localStorage = localStorage;
  sessionStorage = sessionStorage;
  answer: () => Promise<Response> = () => Promise.resolve(Response.json(1));
  fetch = (url: string, init: RequestInit) => {
    this.requests.push({ url, init });
    return this.answer();
  };

  run(enter: EnterWith | null = null, name = ""): EarlyEntry | undefined {
    return this.runScript(earlyScript("room1", enter, name));
  }

  runScript(script: string): EarlyEntry | undefined {
    const Audio = class {};
    const names = ["globalThis", "fetch", "Audio"];
    new Function(...names, script)(this, this.fetch, Audio);
    return this.earlyEntry;
  }
}

function onCleanStorage(
  name: string,
  test: (page: FakePage) => void | Promise<void>,
) {
  Deno.test(name, async () => {
    localStorage.clear();
    sessionStorage.clear();
    try {
      await test(new FakePage());
    } finally {
      localStorage.clear();
      sessionStorage.clear();
    }
  });
}

/** What was asked for, without what never changes. */
function asked({ requests }: FakePage) {
  return requests.map(({ url, init: { method, headers, body } }) => ({
    url,
    method,
    bearer: new Headers(headers).get("authorization"),
    body: JSON.parse(String(body)),
  }));
}

onCleanStorage(
  "the first voice is played at once, unless sound is to be played otherwise",
  (page) => {
    const plays = () => page.run("sound")!.connection.sound !== undefined;
    assertEquals(plays(), true);
    keepSound({ masterVolume: 100 });
    assertEquals(plays(), true);
    keepSound({ masterVolume: 30 });
    assertEquals(plays(), false);
    keepSound({ masterVolume: 100, speakerId: "headset" });
    assertEquals(plays(), false);
  },
);

onCleanStorage("a link that enters asks for a seat at once", async (page) => {
  const entry = page.run("video", "Ann")!;
  assertEquals(asked(page), [{
    url: "/api/rooms/room1/join",
    method: "POST",
    bearer: null,
    body: { name: "Ann" },
  }]);
  const { seat, connection: _, ...how } = entry;
  const room = "room1";
  assertEquals(how, { room, name: "Ann", microphone: true, camera: true });
  assertEquals(await (await seat).json(), 1);
});

onCleanStorage(
  "the request is the one that the client library would make",
  async (page) => {
    keepHostToken("room1", "h1");
    page.run("sound", "Ann");
    const library = new FakePage();
    library.answer = () => Promise.reject(new TypeError("enough"));
    await joinRoom("room1", { name: "Ann" }, {
      bearer: "h1",
      fetch: library.fetch as typeof fetch,
    }).catch(() => {});
    assertEquals(asked(page), asked(library));
  },
);

onCleanStorage("each way to enter brings its own", (page) => {
  const brought = (enter: EnterWith) => {
    const { microphone, camera } = page.run(enter)!;
    return { microphone, camera };
  };
  assertEquals(brought("sound"), { microphone: true, camera: false });
  assertEquals(brought("none"), { microphone: false, camera: false });
});

onCleanStorage("who gives no name has the last one, or is a guest", (page) => {
  assertEquals(page.run("sound")!.name, "Guest");
  rememberName("Bob");
  assertEquals(page.run("sound")!.name, "Bob");
});

onCleanStorage("the room's maker comes as its host", (page) => {
  keepHostToken("room1", "h1");
  page.run("sound", "Ann");
  assertEquals(asked(page)[0].bearer, "Bearer h1");
});

onCleanStorage("a reload in a call comes back as the same member", (page) => {
  keepHostToken("room1", "h1");
  const kept = { token: "t1", name: "Ann", microphone: false, camera: true };
  keepCall("room1", kept);
  const { seat: _, connection: __, ...entry } = page.run(
    null,
    "somebody else",
  )!;
  assertEquals(entry, { room: "room1", ...kept });
  assertEquals(asked(page)[0].bearer, "Bearer t1");
  assertEquals(asked(page)[0].body, { name: "Ann" });
});

onCleanStorage(
  "a lobby, and what somebody meddled with, ask for nothing",
  (page) => {
    assertEquals(page.run(), undefined);
    for (const text of ["", "nonsense", "null", "[]", "5", '{"token":5}']) {
      sessionStorage.setItem(callKey("room1"), text);
      assertEquals(page.run(), undefined, text);
    }
    assertEquals(page.requests, []);
  },
);

onCleanStorage("a browser without WebRTC takes no seat", (page) => {
  delete page.RTCPeerConnection;
  assertEquals(page.run("sound"), undefined);
  assertEquals(page.requests, []);
});

onCleanStorage("storage that is refused is as good as empty", (page) => {
  for (const storage of ["localStorage", "sessionStorage"]) {
    Object.defineProperty(page, storage, {
      get() {
        throw new DOMException("blocked", "SecurityError");
      },
    });
  }
  assertEquals(page.run("sound")!.name, "Guest");
});

onCleanStorage(
  "a request that fails is told to who takes it up",
  async (page) => {
    page.answer = () => Promise.reject(new TypeError("offline"));
    const { seat } = page.run("sound")!;
    await assertRejects(() => seat, TypeError);
  },
);

Deno.test("no text of a link ends the script, and names stay what they are", () => {
  const name = '</script><script>alert("1")</script>\u2028\'`${1}';
  const script = earlyScript("room1", "sound", name);
  assert(!script.includes("</script"), script);
  assert(script.includes(hostKey("room1")), script);
  assertEquals(new FakePage().runScript(script)?.name, name);
});
