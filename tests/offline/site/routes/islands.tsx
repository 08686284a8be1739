import { useSignal } from "@preact/signals";
import Box, { Named } from "../islands/Box.tsx";
import Counter from "../islands/Counter.tsx";

export default function Islands() {
  const count = useSignal(3);
  const list = [1, null, undefined, { text: "</script><!-- x" }];
  return (
    <div>
      <Counter
        count={count}
        name="a"
        date={new Date(0)}
        url={new URL("http://x.y/?q=1")}
        list={list}
      />
      <Counter count={count} name="b" />
      <Box title={<b>Title</b>}>
        <em class="slot">slot text</em> tail
        <Counter count={count} name="c" />
      </Box>
      <Named />
    </div>
  );
}
