import { usageFailure } from '../cli-failure.js';

const ID = /^[\x21-\x7e]{1,200}$/;

/** @throws CliFailure usage: no id of ours looks like this */
export function executionPath(id: string): string {
  if (ID.test(id)) return `/v1/executions/${encodeURIComponent(id)}`;
  throw usageFailure(
    'The id of the execution holds characters that no id has, or none at all.',
    'Give an id such as exe_…-1; ado ls -o id prints them.',
  );
}
