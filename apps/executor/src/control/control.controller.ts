import { subjectPatterns } from '@action-do/contracts';
import { type BusAnswer, BusContext } from '@action-do/messaging/nest';
import { Controller, Inject } from '@nestjs/common';
import { Ctx, MessagePattern, Payload } from '@nestjs/microservices';
import { Executor } from '../executor.js';
import { answerCancel, answerResolve, answerRetry, answerUndo } from './control-answers.js';
import { readControl, readResolve } from './read-control.js';

/** What operators want, as gateways pass it on, which have checked who is calling. */
@Controller()
export class ControlController {
  constructor(@Inject(Executor) private readonly executor: Executor) {}

  @MessagePattern(subjectPatterns.executionCancel)
  async cancel(@Payload() payload: Uint8Array, @Ctx() context: BusContext): Promise<BusAnswer> {
    return answerCancel(this.executor, readControl(payload, context, this.executor.chance));
  }

  @MessagePattern(subjectPatterns.executionRetry)
  async retry(@Payload() payload: Uint8Array, @Ctx() context: BusContext): Promise<BusAnswer> {
    return answerRetry(this.executor, readControl(payload, context, this.executor.chance));
  }

  @MessagePattern(subjectPatterns.executionResolve)
  async resolve(@Payload() payload: Uint8Array, @Ctx() context: BusContext): Promise<BusAnswer> {
    return answerResolve(this.executor, readResolve(payload, context, this.executor.chance));
  }

  @MessagePattern(subjectPatterns.executionUndo)
  async undo(@Payload() payload: Uint8Array, @Ctx() context: BusContext): Promise<BusAnswer> {
    return answerUndo(this.executor, readControl(payload, context, this.executor.chance));
  }
}
