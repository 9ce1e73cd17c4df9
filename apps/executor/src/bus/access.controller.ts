import { AccessLookup, problem, systemSubjects } from '@action-do/contracts';
import type { BusAnswer } from '@action-do/messaging/nest';
import { Controller, Inject } from '@nestjs/common';
import { MessagePattern, Payload } from '@nestjs/microservices';
import { Executor } from '../executor.js';
import { MessageRefused, readJson } from './read-command.js';

const encoder = new TextEncoder();

/** Answers the gateway's question what is known of an API key. The key itself never travels. */
@Controller()
export class AccessController {
  constructor(@Inject(Executor) private readonly executor: Executor) {}

  @MessagePattern(systemSubjects.accessLookup)
  async lookup(@Payload() payload: Uint8Array): Promise<BusAnswer> {
    const asked = AccessLookup.safeParse(readJson(payload));
    if (!asked.success) throw new MessageRefused(problem('BODY_INVALID'));
    const found = await this.executor.apiKeys.find(asked.data.keyId);
    return { payload: encoder.encode(JSON.stringify(found)) };
  }
}
