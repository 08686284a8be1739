/** What this page wishes of the sound that it gets: parameters of Opus in its descriptions. RFC 7587, 6.1. */

/** Parameters by name; null takes one away. */
type Wishes = Readonly<Record<string, string | null>>;

/**
 * The description to send in place of the browser's own. These parameters say what the side that sends them prefers to receive, so that
 * the other's encoder follows them; the description that is set here stays as the browser made it, which not every one would let us change.
 *
 * Its source is put into pages (`lib/ui/early_connection.ts`): it must not use anything of this module.
 */
export function withOpusWishes(sdp: string): string {
  // By audio m-line, in the order of the transceivers. Forward error correction for both. The microphone: one voice, and hardly a packet
  // while it is silent (DTX). The screen's sound: stereo, and never cut, since silence detection is made for speech.
  const wishes: readonly Wishes[] = [
    { useinbandfec: "1", usedtx: "1", stereo: "0", "sprop-stereo": null },
    { useinbandfec: "1", usedtx: null, stereo: "1", "sprop-stereo": "1" },
  ];
  let sounds = 0;
  return sdp.split(/^(?=m=)/m).map((section) =>
    section.startsWith("m=audio") ? wish(section, wishes[sounds++]) : section
  ).join("");

  function wish(section: string, wishes: Wishes | undefined): string {
    const rtpmap = /^a=rtpmap:(\d+) opus\/48000\/2\r?\n/im.exec(section);
    if (rtpmap === null || wishes === undefined) return section;
    const [line, payload] = rtpmap;
    const fmtp = new RegExp(`^a=fmtp:${payload} (.*?)(\r?\n)`, "m");
    if (!fmtp.test(section)) {
      const added = `a=fmtp:${payload} ${merged("", wishes)}\r\n`;
      return section.replace(line, line + added);
    }
    return section.replace(
      fmtp,
      (_, given, end) => `a=fmtp:${payload} ${merged(given, wishes)}${end}`,
    );
  }

  /** Parameters as `a=1;b=2`, with the wished ones in place of theirs. */
  function merged(given: string, wishes: Wishes): string {
    const parameters = new Map(
      given.split(";").filter((pair) => pair.trim() !== "").map((pair) => {
        const [name, ...value] = pair.trim().split("=");
        return [name, value.join("=")];
      }),
    );
    for (const [name, value] of Object.entries(wishes)) {
      if (value === null) parameters.delete(name);
      else parameters.set(name, value);
    }
    return [...parameters].map(([name, value]) => `${name}=${value}`).join(";");
  }
}
