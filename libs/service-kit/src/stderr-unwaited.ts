import { constants, openSync } from 'node:fs';
import { isatty } from 'node:tty';

/**
 * A process's stderr such that no write to it waits: where nobody takes anything the answer is EAGAIN, and the process
 * goes on. As it is inherited it waits for its reader, and everything else in the process would wait with it.
 */
export function stderrUnwaited(): number {
  // Looked at once, a pipe or a socket is made so by Node, and made as it was when the process ends.
  const { fd } = process.stderr;
  if (!isatty(fd)) return fd;
  try {
    // Of a terminal, which stands still at Ctrl-S, only whoever opens it anew has his own way of waiting.
    return openSync(`/dev/fd/${fd}`, constants.O_WRONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
  } catch {
    return fd;
  }
}
