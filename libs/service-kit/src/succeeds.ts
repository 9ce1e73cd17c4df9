/** Less than what a whole answer about readiness may take: one need that hangs does not hide the others. */
const NEED_MS_MAX = 700;

/** Whether what a service needs is there: no where asking fails, or takes longer than `msMax`. Never rejects. */
export async function succeeds(ask: () => Promise<unknown>, msMax = NEED_MS_MAX): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const overdue = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), msMax);
  });
  try {
    return await Promise.race([ask().then(() => true), overdue]);
  } catch {
    return false;
  } finally {
    clearTimeout(timer);
  }
}
