import type { Context } from "fresh";

export default async function note(ctx: Context<unknown>) {
  const response = await ctx.next();
  response.headers.set("x-root", "seen");
  return response;
}
