import type { ChildProcess } from 'node:child_process';

const children = new Set<ChildProcess>();

const endThem = (): void => {
  for (const child of children) child.kill('SIGKILL');
};

/**
 * Whoever started it may be broken off, and must not leave it behind: SIGKILL when this process ends. One listener for
 * all of them, because Node takes more than ten for a leak, and a stack of two of each is more.
 */
export function endWithUs(child: ChildProcess): void {
  if (children.size === 0) process.on('exit', endThem);
  children.add(child);
  const forget = (): void => {
    children.delete(child);
    if (children.size === 0) process.off('exit', endThem);
  };
  child.once('exit', forget);
  child.once('error', forget);
}
