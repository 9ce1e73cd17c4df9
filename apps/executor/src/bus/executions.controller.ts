import { subjectPatterns } from '@action-do/contracts';
import { type BusAnswer, BusContext } from '@action-do/messaging/nest';
import { Controller, Inject } from '@nestjs/common';
import { Ctx, MessagePattern, Payload } from '@nestjs/microservices';
import { Executor } from '../executor.js';
import { answerAttach, answerEvents, answerExecute, answerGet } from './execution-answers.js';
import { readExecuteCommand } from './read-command.js';

/** What gateways ask, which have checked who is calling; what it means is decided in `execution/`. */
@Controller()
export class ExecutionsController {
  constructor(@Inject(Executor) private readonly executor: Executor) {}

  @MessagePattern(subjectPatterns.execute)
  async execute(@Payload() payload: Uint8Array, @Ctx() context: BusContext): Promise<BusAnswer> {
    return answerExecute(this.executor, readExecuteCommand(payload, context, this.executor.chance));
  }

  @MessagePattern(subjectPatterns.executionAttach)
  async attach(@Payload() payload: Uint8Array, @Ctx() context: BusContext): Promise<BusAnswer> {
    return answerAttach(this.executor, payload, context);
  }

  @MessagePattern(subjectPatterns.executionGet)
  async get(@Payload() payload: Uint8Array, @Ctx() context: BusContext): Promise<BusAnswer> {
    return answerGet(this.executor, payload, context);
  }

  @MessagePattern(subjectPatterns.executionEvents)
  async events(@Payload() payload: Uint8Array, @Ctx() context: BusContext): Promise<BusAnswer> {
    return answerEvents(this.executor, payload, context);
  }
}
