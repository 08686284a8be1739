/** People come and go, for a while; for minutes with `deno task prove churn`. */
import { CHURN } from "./churn_proof.ts";

Deno.test(CHURN.proves, async () => {
  await CHURN.prove({ seed: 20261120, size: "small", progress() {} });
});
