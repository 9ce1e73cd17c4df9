import { subjectPatterns } from '@action-do/contracts';
import { type BusAnswer, BusContext } from '@action-do/messaging/nest';
import { Controller, Inject } from '@nestjs/common';
import { Ctx, MessagePattern, Payload } from '@nestjs/microservices';
import { admitClient } from '../bus/client-message.js';
import { Executor } from '../executor.js';
import { answerCancel, answerResolve, answerRetry, answerUndo } from './control-answers.js';
import { readControl, readResolve } from './read-control.js';

/** The same from anybody on the bus who has a key. */
@Controller()
export class ClientControlController {
  constructor(@Inject(Executor) private readonly executor: Executor) {}

  @MessagePattern(subjectPatterns.clientExecutionCancel)
  async cancel(@Payload() payload: Uint8Array, @Ctx() context: BusContext): Promise<BusAnswer> {
    const requester = await admitClient(this.executor.callers, payload, context);
    return answerCancel(this.executor, readControl(payload, context, this.executor.chance, requester));
  }

  @MessagePattern(subjectPatterns.clientExecutionRetry)
  async retry(@Payload() payload: Uint8Array, @Ctx() context: BusContext): Promise<BusAnswer> {
    const requester = await admitClient(this.executor.callers, payload, context);
    return answerRetry(this.executor, readControl(payload, context, this.executor.chance, requester));
  }

  @MessagePattern(subjectPatterns.clientExecutionResolve)
  async resolve(@Payload() payload: Uint8Array, @Ctx() context: BusContext): Promise<BusAnswer> {
    const requester = await admitClient(this.executor.callers, payload, context);
    return answerResolve(this.executor, readResolve(payload, context, this.executor.chance, requester));
  }

  @MessagePattern(subjectPatterns.clientExecutionUndo)
  async undo(@Payload() payload: Uint8Array, @Ctx() context: BusContext): Promise<BusAnswer> {
    const requester = await admitClient(this.executor.callers, payload, context);
    return answerUndo(this.executor, readControl(payload, context, this.executor.chance, requester));
  }
}
