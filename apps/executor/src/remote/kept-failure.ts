import type { ErrorCause, Failure, JsonValue } from '@action-do/contracts';
import type { AttemptOutcome } from '@action-do/domain';

/** An error without what must not be repeated. */
export type Hide = (error: Failure) => Failure;

const TEXT_LENGTH_MAX = 1_000;
const DETAILS_BYTES_MAX = 8 * 1024;
const ISSUES_MAX = 20;
const ISSUE_LENGTH_MAX = 200;
/** Longest text in which something is looked for: a service may send a megabyte, and a call name thousands of values. */
const SEARCHED_LENGTH_MAX = 16 * 1024;

/**
 * What somebody else said of an attempt, as the record takes it: each text, the issues and the details within their bounds.
 * @param hide null: nothing has to be hidden. It comes before the cut: half of a secret would not be known for one
 */
export function keptOutcome<O extends AttemptOutcome | null>(outcome: O, hide: Hide | null): O {
  if (outcome === null || outcome.ok) return outcome;
  const error = hide === null ? outcome.error : hide(mapTexts(outcome.error, searchable));
  return { ...outcome, error: mapTexts(error, (text, max) => text.slice(0, max)) };
}

const searchable = (text: string): string =>
  text.length <= SEARCHED_LENGTH_MAX
    ? text
    : `left out: ${text.length} characters, at most ${SEARCHED_LENGTH_MAX} are looked through for what is sensitive`;

function mapTexts(error: Failure, map: (text: string, max: number) => string): Failure {
  const { code, message, cause, issues } = error;
  const text = (said: string): string => map(said, TEXT_LENGTH_MAX);
  const ofIssue = (said: string): string => map(said, ISSUE_LENGTH_MAX);
  return {
    code,
    message: text(message),
    ...(cause && { cause: { code: text(cause.code), message: text(cause.message), ...detailsOf(cause) } }),
    ...(issues && {
      issues: issues.slice(0, ISSUES_MAX).map((issue) => ({
        path: ofIssue(issue.path),
        code: ofIssue(issue.code),
        message: ofIssue(issue.message),
      })),
    }),
  };
}

function detailsOf({ details }: ErrorCause): { details?: JsonValue } {
  if (details === undefined) return {};
  const bytes = Buffer.byteLength(JSON.stringify(details));
  if (bytes <= DETAILS_BYTES_MAX) return { details };
  return { details: `left out: ${bytes} bytes, at most ${DETAILS_BYTES_MAX} are kept` };
}
