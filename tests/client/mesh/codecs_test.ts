import { assertEquals } from "@std/assert";
import { nameCodecs } from "@/lib/client/mesh/codecs.ts";

/** What Chromium can receive, in its order, shortened. */
const CODECS: Record<string, Partial<RTCRtpCodec>[]> = {
  audio: [
    { mimeType: "audio/opus" },
    { mimeType: "audio/red" },
    { mimeType: "audio/G722" },
    { mimeType: "audio/telephone-event" },
  ],
  video: [
    { mimeType: "video/VP8" },
    { mimeType: "video/rtx" },
    { mimeType: "video/VP9", sdpFmtpLine: "profile-id=0" },
    {
      mimeType: "video/H264",
      sdpFmtpLine: "packetization-mode=1;profile-level-id=42001f",
    },
    {
      mimeType: "video/H264",
      sdpFmtpLine: "packetization-mode=0;profile-level-id=42e01f",
    },
    {
      mimeType: "video/H264",
      sdpFmtpLine: "packetization-mode=1;profile-level-id=42E01F",
    },
    { mimeType: "video/AV1" },
    { mimeType: "video/ulpfec" },
  ],
};

/** What a transceiver is told; undefined: nothing. */
function named(
  kind: "audio" | "video",
  capabilities: unknown = (kind: string) => ({ codecs: CODECS[kind] }),
): string[] | undefined {
  let told: string[] | undefined;
  const page = globalThis as { RTCRtpReceiver?: unknown };
  page.RTCRtpReceiver = { getCapabilities: capabilities };
  try {
    nameCodecs({
      receiver: { track: { kind } },
      setCodecPreferences(codecs: RTCRtpCodec[]) {
        told = codecs.map(({ mimeType, sdpFmtpLine }) =>
          sdpFmtpLine ? `${mimeType} ${sdpFmtpLine}` : mimeType
        );
      },
    } as unknown as RTCRtpTransceiver);
  } finally {
    delete page.RTCRtpReceiver;
  }
  return told;
}

Deno.test("a transceiver names what every browser has, in the browser's order", () => {
  assertEquals(named("audio"), ["audio/opus"]);
  assertEquals(named("video"), [
    "video/VP8",
    "video/rtx",
    "video/H264 packetization-mode=1;profile-level-id=42E01F",
  ]);
});

Deno.test("a browser that cannot choose, or has none of them, is left alone", () => {
  assertEquals(named("audio", null), undefined);
  assertEquals(named("video", () => null), undefined);
  assertEquals(named("video", () => ({ codecs: [] })), undefined);
  nameCodecs(
    { receiver: { track: { kind: "audio" } } } as RTCRtpTransceiver,
  );
});
