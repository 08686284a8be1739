/** Counts what a page has open: put in before its own scripts, it sees everything that has to be closed, stopped, cleared or removed again. */
import type { Tab } from "./tab.ts";

/** Counts in the tab's later pages, each from nothing. Devices of the test's own are to be put in before: their insides are not counted then. */
export async function keepLedger(tab: Tab): Promise<void> {
  await tab.beforeLoad(install, undefined);
}

/** What is open now, a line for each, in the order of the alphabet. */
export async function openThings(tab: Tab): Promise<string[]> {
  return await tab.evaluate(() =>
    // deno-lint-ignore no-explicit-any -- a name that lives in the page only.
    (globalThis as any).ringdownLedger().sort()
  );
}

/** Runs in the page, so it sees nothing outside of itself. */
function install(): void {
  // deno-lint-ignore no-explicit-any -- the page's own names, to be replaced.
  const page = globalThis as any;
  interface Thing {
    what: string;
    isOpen(): boolean;
  }
  const things = new Set<Thing>();

  function note(what: string, isOpen: () => boolean): void {
    things.add({ what, isOpen });
  }

  page.ringdownLedger = (): string[] => {
    for (const thing of things) if (!thing.isOpen()) things.delete(thing);
    return [...things].map(({ what }) => what);
  };

  /** Notes every object of a class. `ending`: the method that ends it, where it does not say so itself. */
  function watchClass(
    name: string,
    // deno-lint-ignore no-explicit-any -- of whatever class.
    isOpen: (object: any) => boolean,
    ending?: string,
  ): void {
    if (!page[name]) return;
    page[name] = new Proxy(page[name], {
      construct(target, args, newTarget) {
        const object = Reflect.construct(target, args, newTarget);
        let ended = false;
        if (ending !== undefined) {
          const end = object[ending];
          object[ending] = (...args: unknown[]) => {
            ended = true;
            return end.apply(object, args);
          };
        }
        note(name, () => !ended && isOpen(object));
        return object;
      },
    });
  }
  watchClass("RTCPeerConnection", (pc) => pc.connectionState !== "closed");
  watchClass("AudioContext", (context) => context.state !== "closed");
  watchClass("WebSocket", (socket) => socket.readyState !== WebSocket.CLOSED);
  watchClass("EventSource", (source) => source.readyState !== 2);
  watchClass("Worker", () => true, "terminate");
  watchClass("BroadcastChannel", () => true, "close");
  watchClass("MessageChannel", () => true);
  for (const kind of ["Resize", "Intersection", "Mutation", "Performance"]) {
    watchClass(`${kind}Observer`, () => true, "disconnect");
  }

  function noteTrack(origin: string, track: MediaStreamTrack): void {
    note(`${origin} ${track.kind} track`, () => track.readyState === "live");
  }
  const devices = navigator.mediaDevices;
  for (const name of ["getUserMedia", "getDisplayMedia"] as const) {
    const ask = devices[name].bind(devices);
    devices[name] = async (constraints) => {
      const stream = await ask(constraints);
      for (const track of stream.getTracks()) noteTrack(name, track);
      return stream;
    };
  }
  const clone = MediaStreamTrack.prototype.clone;
  MediaStreamTrack.prototype.clone = function () {
    const track = clone.call(this);
    noteTrack("cloned", track);
    return track;
  };
  const Peer = page.RTCPeerConnection;
  page.RTCPeerConnection = new Proxy(Peer, {
    construct(target, args, newTarget) {
      const pc: RTCPeerConnection = Reflect.construct(target, args, newTarget);
      pc.addEventListener("track", ({ track }) => noteTrack("received", track));
      return pc;
    },
  });

  /** Timers: open until they have fired or were cleared. */
  function watchTimer(begin: string, end: string, repeats = false): void {
    const beginTimer = page[begin];
    const endTimer = page[end];
    const open = new Set<unknown>();
    page[begin] = (
      task: (...args: unknown[]) => void,
      delay?: unknown,
      ...args: unknown[]
    ) => {
      const id = beginTimer.call(
        page,
        (...given: unknown[]) => {
          if (!repeats) open.delete(id);
          task(...given);
        },
        delay,
        ...args,
      );
      open.add(id);
      note(
        repeats || delay ? `${begin} of ${delay} ms` : begin,
        () => open.has(id),
      );
      return id;
    };
    page[end] = (id: unknown) => {
      open.delete(id);
      endTimer.call(page, id);
    };
  }
  watchTimer("setTimeout", "clearTimeout");
  watchTimer("setInterval", "clearInterval", true);
  watchTimer("requestAnimationFrame", "cancelAnimationFrame");

  /** What outlives a call, and would hold on to whatever listens to it. */
  function lasting(target: EventTarget): string | null {
    if (target === page) return "window";
    if (target === document) return "document";
    if (target === document.body || target === document.documentElement) {
      return "body";
    }
    const name = target.constructor.name;
    const isLasting =
      /^(MediaDevices|NetworkInformation|VisualViewport|Screen|ScreenOrientation|MediaQueryList|PermissionStatus|ServiceWorkerContainer|MediaSession|Performance)$/
        .test(name);
    return isLasting ? name : null;
  }
  const { addEventListener, removeEventListener } = EventTarget.prototype;
  const listening = new Map<EventTarget, Map<string, Set<unknown>>>();
  const isCapture = (options: unknown) =>
    typeof options === "object"
      ? (options as AddEventListenerOptions | null)?.capture === true
      : options === true;
  EventTarget.prototype.addEventListener = function (type, listener, options) {
    const target = this ?? page;
    const name = lasting(target);
    if (name !== null && listener !== null) {
      const key = `${type} ${isCapture(options)}`;
      const types = listening.get(target) ?? new Map();
      listening.set(target, types);
      const all: Set<unknown> = types.get(key) ?? new Set();
      types.set(key, all);
      if (!all.has(listener)) {
        all.add(listener);
        const { once, signal } = typeof options === "object" ? options : {};
        const gone = () => all.delete(listener);
        if (once) addEventListener.call(target, type, gone, { once });
        if (signal) addEventListener.call(signal, "abort", gone);
        note(`${name} listens to ${type}`, () => all.has(listener));
      }
    }
    addEventListener.call(target, type, listener, options);
  };
  EventTarget.prototype.removeEventListener = function (
    type,
    listener,
    options,
  ) {
    const target = this ?? page;
    listening.get(target)?.get(`${type} ${isCapture(options)}`)
      ?.delete(listener);
    removeEventListener.call(target, type, listener, options);
  };

  const source = Object.getOwnPropertyDescriptor(
    HTMLMediaElement.prototype,
    "srcObject",
  )!;
  Object.defineProperty(HTMLMediaElement.prototype, "srcObject", {
    ...source,
    set(stream) {
      if (this.srcObject === null && stream !== null) {
        note(`playing <${this.localName}>`, () => this.srcObject !== null);
      }
      source.set!.call(this, stream);
    },
  });
  const { createObjectURL, revokeObjectURL } = URL;
  const urls = new Set<string>();
  URL.createObjectURL = (object) => {
    const url = createObjectURL(object);
    urls.add(url);
    note("object URL", () => urls.has(url));
    return url;
  };
  URL.revokeObjectURL = (url) => {
    urls.delete(url);
    revokeObjectURL(url);
  };
}
