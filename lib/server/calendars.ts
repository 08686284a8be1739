/**
 * How far the calendars of two instances may be apart, in milliseconds: ten minutes before and ten after the right time. Deno KV tells no
 * time, so what one instance has dated another must not refuse for less.
 */
export const CALENDARS_DIFFER_MS = 1_200_000;
