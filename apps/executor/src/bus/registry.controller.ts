import { RegisterContract, subjectPatterns } from '@action-do/contracts';
import { type BusAnswer, BusContext } from '@action-do/messaging/nest';
import { Controller, Inject } from '@nestjs/common';
import { Ctx, MessagePattern, Payload } from '@nestjs/microservices';
import { encodeProblem } from '../execution/encode-answer.js';
import { Executor } from '../executor.js';
import { admitClient } from './client-message.js';
import { json } from './execution-answers.js';
import { bodyRefused, readJson, readTenant } from './read-command.js';

/** Takes contracts from whoever performs actions on the bus. */
@Controller()
export class RegistryController {
  constructor(@Inject(Executor) private readonly executor: Executor) {}

  @MessagePattern(subjectPatterns.clientRegister)
  async register(@Payload() payload: Uint8Array, @Ctx() context: BusContext): Promise<BusAnswer> {
    const { callers, registerAction } = this.executor;
    const requester = await admitClient(callers, payload, context);
    const command = RegisterContract.safeParse(readJson(payload));
    if (!command.success) throw bodyRefused(command.error.issues);
    const tenant = readTenant(context.tokens[0]);
    const registration = await registerAction.register(tenant, command.data.contract, requester);
    if (!registration.ok) return encodeProblem(registration.problem, 'rejected', {});
    return json(registration.answer);
  }
}
