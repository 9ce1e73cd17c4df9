import { subjectPatterns } from '@action-do/contracts';
import { type BusAnswer, BusContext } from '@action-do/messaging/nest';
import { Controller, Inject } from '@nestjs/common';
import { Ctx, MessagePattern, Payload } from '@nestjs/microservices';
import { Executor } from '../executor.js';
import { admitClient, readClientCommand } from './client-message.js';
import { answerAttach, answerEvents, answerExecute, answerGet } from './execution-answers.js';

/** What anybody on the bus may ask who has a key: the same questions as over HTTP, and the same answers. */
@Controller()
export class ClientExecutionsController {
  constructor(@Inject(Executor) private readonly executor: Executor) {}

  @MessagePattern(subjectPatterns.clientExecute)
  async execute(@Payload() payload: Uint8Array, @Ctx() context: BusContext): Promise<BusAnswer> {
    const requester = await admitClient(this.executor.callers, payload, context);
    return answerExecute(this.executor, readClientCommand(payload, context, this.executor.chance, requester));
  }

  @MessagePattern(subjectPatterns.clientExecutionAttach)
  async attach(@Payload() payload: Uint8Array, @Ctx() context: BusContext): Promise<BusAnswer> {
    await admitClient(this.executor.callers, payload, context);
    return answerAttach(this.executor, payload, context);
  }

  @MessagePattern(subjectPatterns.clientExecutionGet)
  async get(@Payload() payload: Uint8Array, @Ctx() context: BusContext): Promise<BusAnswer> {
    await admitClient(this.executor.callers, payload, context);
    return answerGet(this.executor, payload, context);
  }

  @MessagePattern(subjectPatterns.clientExecutionEvents)
  async events(@Payload() payload: Uint8Array, @Ctx() context: BusContext): Promise<BusAnswer> {
    await admitClient(this.executor.callers, payload, context);
    return answerEvents(this.executor, payload, context);
  }
}
