import { CliFailure } from '../cli-failure.js';
import type { CommandContext } from '../command-context.js';
import { EXIT } from '../exit-codes.js';
import { type Finding, fail, ok } from './finding.js';

/** Whether the address can be called at all. */
export function checkAddress(context: CommandContext): Finding {
  try {
    return ok('address', context.baseUrl);
  } catch (error) {
    if (!(error instanceof CliFailure)) throw error;
    return fail('address', error.problem.detail, error.problem.hint, EXIT.usage);
  }
}
