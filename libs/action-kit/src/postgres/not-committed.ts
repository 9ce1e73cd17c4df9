import { ActionError, isActionError } from '../action-error.js';

/** 40003: the server says itself that it does not know; 08: the connection, not the statement. */
const IN_DOUBT = /^(40003|08)/;

/**
 * The server looked at COMMIT and refused it (a deferred constraint, a conflict of serialisation), so the transaction is
 * rolled back. A FATAL, such as an administrator's end of the connection, may come behind a COMMIT that was done.
 */
export function wasRefused(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return false;
  const { severity, code } = error as { severity?: unknown; code?: unknown };
  return severity === 'ERROR' && typeof code === 'string' && !IN_DOUBT.test(code);
}

/** What is thrown on, now that nothing was committed. An author who says `applied` speaks of something else, and knows. */
export function notCommitted(error: unknown): ActionError {
  if (!isActionError(error)) {
    const message = error instanceof Error ? error.message : String(error);
    return new ActionError({
      code: 'NOT_COMMITTED',
      message: `nothing was committed: ${message}`,
      effect: 'none',
      retryable: true,
      cause: error,
    });
  }
  if (error.effect !== 'unknown') return error;
  const { code, message, retryable, details } = error;
  return new ActionError({ code, message, retryable, effect: 'none', details, cause: error });
}
