import { PresenceQuestion, subjectPatterns } from '@action-do/contracts';
import { type BusAnswer, BusContext } from '@action-do/messaging/nest';
import { Controller, Inject } from '@nestjs/common';
import { Ctx, MessagePattern, Payload } from '@nestjs/microservices';
import { Executor } from '../executor.js';
import { json } from './execution-answers.js';
import { bodyRefused, readJson, readTenant } from './read-command.js';

/** Tells gateways whether somebody is there to perform what their catalogue shows. */
@Controller()
export class PresenceController {
  constructor(@Inject(Executor) private readonly executor: Executor) {}

  @MessagePattern(subjectPatterns.registryPresence)
  async presence(@Payload() payload: Uint8Array, @Ctx() context: BusContext): Promise<BusAnswer> {
    const tenant = readTenant(context.tokens[0]);
    const asked = PresenceQuestion.safeParse(readJson(payload));
    if (!asked.success) throw bodyRefused(asked.error.issues);
    return json({ handlers: await this.executor.findHandlers.find(tenant, asked.data.versions) });
  }
}
