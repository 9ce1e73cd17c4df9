import { subjectPatterns } from '@action-do/contracts';
import { type BusAnswer, BusContext } from '@action-do/messaging/nest';
import { Controller, Inject } from '@nestjs/common';
import { Ctx, MessagePattern, Payload } from '@nestjs/microservices';
import { readRequester } from '../bus/read-command.js';
import { Executor } from '../executor.js';
import { answerDescribe, answerPresence, answerRegister, answerRetire } from './registry-answers.js';

/** The registry of actions, as gateways ask of it, which have checked who is calling. */
@Controller()
export class RegistryController {
  constructor(@Inject(Executor) private readonly executor: Executor) {}

  @MessagePattern(subjectPatterns.registryRegister)
  async register(@Payload() payload: Uint8Array, @Ctx() context: BusContext): Promise<BusAnswer> {
    return answerRegister(this.executor, payload, context, readRequester(context.headers));
  }

  @MessagePattern(subjectPatterns.registryRetire)
  async retire(@Payload() payload: Uint8Array, @Ctx() context: BusContext): Promise<BusAnswer> {
    return answerRetire(this.executor, payload, context, readRequester(context.headers));
  }

  @MessagePattern(subjectPatterns.registryDescribe)
  async describe(@Payload() payload: Uint8Array, @Ctx() context: BusContext): Promise<BusAnswer> {
    return answerDescribe(this.executor, payload, context);
  }

  /** For a catalogue, whose other members a projector tells. */
  @MessagePattern(subjectPatterns.registryPresence)
  async presence(@Payload() payload: Uint8Array, @Ctx() context: BusContext): Promise<BusAnswer> {
    return answerPresence(this.executor, payload, context);
  }
}
