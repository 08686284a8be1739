import { ProtocolError } from "../protocol/errors.ts";
import { parseObject } from "../protocol/parse.ts";

/** What a request body may hold, as everywhere in the protocol: 64 KiB. */
export const MAX_BODY_BYTES = 65_536;

/**
 * The JSON object in a request's body. It must be declared as `application/json`: a page of another site then cannot send one without asking
 * us first (a CORS preflight).
 *
 * @throws {ProtocolError} `bad-json`, or `body-too-large` as soon as too much has come, whatever `Content-Length` says.
 */
export async function readObject(
  request: Request,
): Promise<Record<string, unknown>> {
  const type = request.headers.get("Content-Type")?.split(";")[0].trim();
  if (type?.toLowerCase() !== "application/json") {
    throw new ProtocolError("bad-json", {
      message: "The body must be JSON, with Content-Type application/json.",
    });
  }
  const text = await readText(request);
  return parseObject(text);
}

async function readText(request: Request): Promise<string> {
  if (Number(request.headers.get("Content-Length")) > MAX_BODY_BYTES) {
    throw new ProtocolError("body-too-large");
  }
  const utf8 = new TextDecoder("utf-8", { fatal: true });
  let bytes = 0;
  let text = "";
  try {
    for await (const chunk of request.body ?? []) {
      bytes += chunk.length;
      if (bytes > MAX_BODY_BYTES) throw new ProtocolError("body-too-large");
      text += utf8.decode(chunk, { stream: true });
    }
    return text + utf8.decode();
  } catch (cause) {
    // Not UTF-8, or the client went away in the middle.
    if (cause instanceof ProtocolError) throw cause;
    throw new ProtocolError("bad-json", { cause });
  }
}
