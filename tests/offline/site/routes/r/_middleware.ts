import type { Middleware } from "fresh";

const one: Middleware<unknown> = async (ctx) => {
  const response = await ctx.next();
  response.headers.append("x-order", "one");
  return response;
};
const two: Middleware<unknown> = async (ctx) => {
  const response = await ctx.next();
  response.headers.append("x-order", "two");
  return response;
};

export default [one, two];
