import { subjectPatterns } from '@action-do/contracts';
import { type BusAnswer, BusContext } from '@action-do/messaging/nest';
import { Controller, Inject } from '@nestjs/common';
import { Ctx, MessagePattern, Payload } from '@nestjs/microservices';
import { admitClient } from '../bus/client-message.js';
import { Executor } from '../executor.js';
import { answerDescribe, answerRegister, answerRetire } from './registry-answers.js';

/** The same from anybody on the bus who has a key: workers tell here what they perform. */
@Controller()
export class ClientRegistryController {
  constructor(@Inject(Executor) private readonly executor: Executor) {}

  @MessagePattern(subjectPatterns.clientRegister)
  async register(@Payload() payload: Uint8Array, @Ctx() context: BusContext): Promise<BusAnswer> {
    const requester = await admitClient(this.executor.callers, payload, context);
    return answerRegister(this.executor, payload, context, requester);
  }

  @MessagePattern(subjectPatterns.clientRetire)
  async retire(@Payload() payload: Uint8Array, @Ctx() context: BusContext): Promise<BusAnswer> {
    const requester = await admitClient(this.executor.callers, payload, context);
    return answerRetire(this.executor, payload, context, requester);
  }

  @MessagePattern(subjectPatterns.clientDescribe)
  async describe(@Payload() payload: Uint8Array, @Ctx() context: BusContext): Promise<BusAnswer> {
    await admitClient(this.executor.callers, payload, context);
    return answerDescribe(this.executor, payload, context);
  }
}
