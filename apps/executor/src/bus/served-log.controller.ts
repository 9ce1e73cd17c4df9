import { systemSubjects } from '@action-do/contracts';
import type { BusAnswer } from '@action-do/messaging/nest';
import { Controller, Inject } from '@nestjs/common';
import { MessagePattern } from '@nestjs/microservices';
import { Executor } from '../executor.js';
import { json } from './execution-answers.js';

/** Says which log is served here: who is about to serve another one on the same bus asks first. */
@Controller()
export class ServedLogController {
  constructor(@Inject(Executor) private readonly executor: Executor) {}

  /** Without a queue group: every executor says it. */
  @MessagePattern(systemSubjects.servedLog, { queue: false })
  served(): BusAnswer {
    return json({ logId: this.executor.log.logId });
  }
}
