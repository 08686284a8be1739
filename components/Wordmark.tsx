/** The mark: a ringdown, a tone that dies away. `static/favicon.svg` is the same drawing. */
export function Mark() {
  return (
    <svg class="mark" viewBox="0 0 32 32" aria-hidden="true" focusable="false">
      <rect class="mark-tile" width="32" height="32" rx="9" />
      <path
        class="mark-line"
        d="M8 7.5v17M13.4 10v12M18.8 12.7v6.6M24.2 15.2v1.6"
      />
    </svg>
  );
}

/** The name of the product, as a link home. */
export function Wordmark() {
  return (
    <a class="wordmark" href="/">
      <Mark />
      <span>Ringdown</span>
    </a>
  );
}
