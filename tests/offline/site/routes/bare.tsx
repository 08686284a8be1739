import type { RouteConfig } from "fresh";

export const config: RouteConfig = {
  skipAppWrapper: true,
  skipInheritedLayouts: true,
};

export default async function Bare() {
  return await Promise.resolve(<b>bare</b>);
}
