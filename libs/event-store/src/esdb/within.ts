/** What comes of `work`, or what `late` makes once `boundMs` have passed; the work itself goes on, and is heard of no more. */
export function within<T>(work: Promise<T>, boundMs: number, late: () => Error): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const timer = setTimeout(() => reject(late()), boundMs);
    work.then(
      (value) => {
        clearTimeout(timer);
        resolve(value);
      },
      (error) => {
        clearTimeout(timer);
        reject(error);
      },
    );
  });
}
