import { assert, assertEquals } from "@std/assert";
import { withOpusWishes } from "@/lib/client/mesh/opus.ts";

/** Sections as Chromium (`111 minptime=10;useinbandfec=1`) and Firefox (`109 … stereo=1`) write them. */
function sdp(payload: number, fmtp: string | null, end = "\r\n"): string {
  const sound = [
    `m=audio 9 UDP/TLS/RTP/SAVPF ${payload} 63 9`,
    "c=IN IP4 0.0.0.0",
    `a=rtpmap:${payload} opus/48000/2`,
    `a=rtcp-fb:${payload} transport-cc`,
    ...fmtp === null ? [] : [`a=fmtp:${payload} ${fmtp}`],
    "a=rtpmap:63 red/48000/2",
    `a=fmtp:63 ${payload}/${payload}`,
  ];
  const video = [
    "m=video 9 UDP/TLS/RTP/SAVPF 96",
    "a=rtpmap:96 VP8/90000",
    "a=fmtp:96 max-fs=12288;max-fr=60",
  ];
  return ["v=0", "s=-", ...sound, ...video, ...video, ...sound, ""].join(end);
}

/** The Opus parameters of each sound. */
function parameters(text: string, payload: number): string[] {
  const lines = text.split(/\r?\n/);
  return lines.filter((line) => line.startsWith(`a=fmtp:${payload} `))
    .map((line) => line.slice(`a=fmtp:${payload} `.length));
}

Deno.test("withOpusWishes: FEC for both sounds, DTX for the microphone, stereo for the screen's", () => {
  const wished = [
    "useinbandfec=1;usedtx=1;stereo=0",
    "useinbandfec=1;stereo=1;sprop-stereo=1",
  ];
  assertEquals(parameters(withOpusWishes(sdp(111, null)), 111), wished);
  assertEquals(
    parameters(withOpusWishes(sdp(111, "minptime=10;useinbandfec=1")), 111),
    wished.map((line) => `minptime=10;${line}`),
  );
  assertEquals(
    parameters(
      withOpusWishes(sdp(109, "maxplaybackrate=48000; stereo=1; usedtx=1")),
      109,
    ),
    [
      "maxplaybackrate=48000;stereo=0;usedtx=1;useinbandfec=1",
      "maxplaybackrate=48000;stereo=1;useinbandfec=1;sprop-stereo=1",
    ],
  );
});

Deno.test("withOpusWishes leaves everything else, line by line", () => {
  for (const end of ["\r\n", "\n"]) {
    const before = sdp(111, "minptime=10", end);
    const after = withOpusWishes(before);
    const others = (text: string) =>
      text.split(end).filter((line) => !line.startsWith("a=fmtp:111"));
    assertEquals(others(after), others(before));
    assertEquals(withOpusWishes(after), after);
  }
});

Deno.test("withOpusWishes leaves alone what it does not know", () => {
  for (const text of ["", "{}", "v=0\r\nm=audio 9 RTP/AVP 0\r\n"]) {
    assertEquals(withOpusWishes(text), text);
  }
  const third = sdp(111, "minptime=10") + sdp(111, "minptime=10");
  assert(
    withOpusWishes(third).endsWith(
      "minptime=10\r\na=rtpmap:63 red/48000/2\r\na=fmtp:63 111/111\r\n",
    ),
  );
});
