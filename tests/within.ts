/** What comes of a promise within so many milliseconds; or that it was late. */
export async function within<T>(
  ms: number,
  promise: Promise<T>,
): Promise<T | "late"> {
  let callOff = () => {};
  const late = new Promise<"late">((resolve) => {
    const timer = setTimeout(() => resolve("late"), ms);
    callOff = () => clearTimeout(timer);
  });
  return await Promise.race([promise, late]).finally(callOff);
}
