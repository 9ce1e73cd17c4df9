import { until } from '@action-do/test-support';

/** What a count is once it has not changed for twenty looks. */
export async function settled(count: () => number): Promise<number> {
  let [last, looks] = [count(), 0];
  await until('the count rests', () => {
    looks = count() === last ? looks + 1 : 0;
    last = count();
    return looks === 20;
  });
  return last;
}
