import { problem, RecoverHint, systemSubjects } from '@action-do/contracts';
import type { BusAnswer } from '@action-do/messaging/nest';
import { Controller, Inject } from '@nestjs/common';
import { MessagePattern, Payload } from '@nestjs/microservices';
import { Executor } from '../executor.js';
import { json } from './execution-answers.js';
import { MessageRefused, readJson } from './read-command.js';

/**
 * Takes hints which executions are due. One at a time: a hint that comes meanwhile is dropped, and comes again. What dead
 * executors left is told to all of them, and is not for the one that the queue chooses.
 */
@Controller()
export class RecoveryController {
  private busy = false;

  constructor(@Inject(Executor) private readonly executor: Executor) {}

  /** No event pattern, although nobody waits as a rule: whoever does ask gets an answer. */
  @MessagePattern(systemSubjects.recover)
  async recover(@Payload() payload: Uint8Array): Promise<BusAnswer> {
    const hint = RecoverHint.safeParse(readJson(payload));
    if (!hint.success)
      throw new MessageRefused(
        problem('BODY_INVALID', { detail: 'The body must be {"streams": [at most 256 names]}.' }),
      );
    if (hint.data.orphaned === true) return json({ open: 0 });
    if (this.busy)
      throw new MessageRefused(
        problem('RATE_LIMITED', { detail: 'Another hint is being followed.', retryAfterMs: 1_000 }),
      );
    this.busy = true;
    try {
      return json(await this.executor.recoverExecutions.recoverHinted(hint.data.streams));
    } finally {
      this.busy = false;
    }
  }
}
