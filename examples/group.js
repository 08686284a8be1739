/** A call with everyone in a room, by `MediaService`: they may as well be on the call page. */
import { MediaService, RoomManager } from "../dist/ringdown.js";

// ?server=https://call.example chooses the server, ?room=ID the room.
const query = new URLSearchParams(location.search);
const baseUrl = query.get("server") ?? "http://localhost:8000";
const $ = (id) => document.getElementById(id);
const show = (text) => $("state").textContent = text;

const media = new MediaService({
  baseUrl,
  onPeer: ({ memberId, name, video, screen }) =>
    showPerson(memberId, name, screen ?? video),
  onPeerLeft: (memberId) => document.getElementById(memberId)?.remove(),
  onStateChange: showButtons,
  onConnectionStateChange: (state) => show(`Room: ${state}`),
  onError: (error) => show(`Not possible: ${error.message}`),
});

/** One tile for each person: made, and brought up to date. */
function showPerson(id, name, stream) {
  let tile = document.getElementById(id);
  if (tile === null) {
    tile = document.createElement("li");
    tile.id = id;
    const video = document.createElement("video");
    Object.assign(video, { autoplay: true, muted: true, playsInline: true });
    tile.append(video, document.createElement("span"));
    $("people").append(tile);
  }
  tile.querySelector("span").textContent = name;
  const video = tile.querySelector("video");
  if (video.srcObject !== stream) video.srcObject = stream;
}

function showButtons() {
  const { microphone, camera, screen, connection } = media.getState();
  const isIn = connection !== null && connection !== "failed";
  $("join").disabled = isIn;
  $("leave").disabled = !isIn;
  $("microphone").disabled = microphone !== "on" && microphone !== "muted";
  $("microphone").textContent = microphone === "muted" ? "Unmute" : "Mute";
  $("camera").disabled = $("screen").disabled = !isIn;
  $("camera").textContent = camera === "on" ? "Camera off" : "Camera on";
  $("screen").textContent = screen === "on" ? "Stop sharing" : "Share screen";
  const { video, screenVideo } = media.media.view;
  if (isIn) showPerson("me", "You", screenVideo ?? video);
  else $("people").replaceChildren();
}

async function join() {
  const rooms = new RoomManager({ baseUrl });
  const room = query.get("room") ??
    (await rooms.createRoom({ type: "video", maxParticipants: 6 })).roomId;
  query.set("room", room);
  history.replaceState(null, "", `?${query}`);
  $("link").textContent =
    `Send this link: ${location.href} or ${baseUrl}/r/${room}`;
  await media.joinRoom(room, { name: "Guest" });
  // Who has no camera, or does not allow it, is heard all the same.
  await media.enableMicrophone();
  await media.enableCamera();
}

/** What goes wrong is shown, and the page goes on. */
function onClick(id, task) {
  $(id).onclick = async () => {
    try {
      await task();
    } catch (error) {
      show(`Not possible: ${error.message}`);
    }
  };
}

onClick("join", join);
onClick("leave", async () => {
  media.disableMicrophone();
  media.disableCamera();
  media.stopScreenShare();
  await media.leaveRoom();
});
onClick(
  "microphone",
  () => media.setMicrophoneMuted(media.getState().microphone === "on"),
);
onClick(
  "camera",
  () =>
    media.getState().camera === "on"
      ? media.disableCamera()
      : media.enableCamera(),
);
onClick(
  "screen",
  () =>
    media.getState().screen === "on"
      ? media.stopScreenShare()
      : media.startScreenShare(),
);
