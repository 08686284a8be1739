/** What is said where scripts are off. It stands outside the islands: no script ever draws it anew. */
export function NoScript() {
  return (
    <noscript>
      <p class="problem">
        Calls need JavaScript. Switch it on for this page, then load it again.
      </p>
    </noscript>
  );
}
