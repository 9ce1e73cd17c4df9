/**
 * What all of them come to. Where one fails, it is told only when the others have come to an end: what they began can be
 * ended then, too.
 */
export async function allOfThem<T>(begun: readonly (T | Promise<T>)[]): Promise<T[]> {
  const ends = await Promise.allSettled(begun);
  return ends.map((end) => {
    if (end.status === 'rejected') throw end.reason;
    return end.value;
  });
}
