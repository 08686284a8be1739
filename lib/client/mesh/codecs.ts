/** The codecs that pairs speak: the two sets that every browser must have (RFC 7742, 5; RFC 7874, 3), which is all that two browsers need. */

/**
 * Has a transceiver name no others. Chromium otherwise lists fifteen for each of four transceivers: 11,000 bytes of SDP per offer in place of
 * 6,000, and a quarter of the time that negotiating takes. The browser's own order stays (W3C WebRTC 5.4, `setCodecPreferences`).
 *
 * Does nothing in browsers that cannot choose; nor in Firefox, whose lists are short: told to choose, version 153 leaves the feedback
 * (`a=rtcp-fb`) of the others in its later offers, and Chromium refuses those ("Failed to parse codecs correctly").
 *
 * Its source is put into pages (`lib/ui/early_connection.ts`): it must not use anything of this module.
 */
export function nameCodecs(transceiver: RTCRtpTransceiver): void {
  if (globalThis.navigator?.userAgent?.includes("Firefox/")) return;
  const { kind } = transceiver.receiver.track;
  const all = globalThis.RTCRtpReceiver?.getCapabilities?.(kind)?.codecs ?? [];
  const wanted = all.filter(({ mimeType, sdpFmtpLine = "" }) => {
    switch (mimeType.toLowerCase()) {
      case "audio/opus":
      case "video/vp8":
      // Retransmissions repair what was lost of a picture.
      case "video/rtx":
        return true;
      // The constrained baseline profile in packets of mode 1 (RFC 6184, 8.1).
      case "video/h264":
        return sdpFmtpLine.includes("packetization-mode=1") &&
          /profile-level-id=42e0/i.test(sdpFmtpLine);
      default:
        return false;
    }
  });
  if (wanted.length > 0) transceiver.setCodecPreferences?.(wanted);
}
