import { subjectPatterns } from '@action-do/contracts';
import { type BusAnswer, BusContext } from '@action-do/messaging/nest';
import { Controller, Inject } from '@nestjs/common';
import { Ctx, MessagePattern, Payload } from '@nestjs/microservices';
import { encodeAnswer, encodeProblem } from '../execution/encode-answer.js';
import { toExecution } from '../execution/execution-view.js';
import { noSuchExecution } from '../execution/find-execution.handler.js';
import { Executor } from '../executor.js';
import { readCursor, readExecuteCommand, readExecutionId, readTenant, readWait } from './read-command.js';

const encoder = new TextEncoder();
const json = (value: object): BusAnswer => ({ payload: encoder.encode(JSON.stringify(value)) });

/** The executor's subjects: bytes in, bytes out; what they mean is decided in `execution/`. */
@Controller()
export class ExecutionsController {
  constructor(@Inject(Executor) private readonly executor: Executor) {}

  @MessagePattern(subjectPatterns.execute)
  async execute(@Payload() payload: Uint8Array, @Ctx() context: BusContext): Promise<BusAnswer> {
    const { chance, clock, log, executeAction } = this.executor;
    const answer = await executeAction.execute(readExecuteCommand(payload, context, chance));
    return encodeAnswer(answer, log.logId, clock.nowMs());
  }

  @MessagePattern(subjectPatterns.executionAttach)
  async attach(@Payload() payload: Uint8Array, @Ctx() { tokens, headers }: BusContext): Promise<BusAnswer> {
    const { clock, log, findExecution } = this.executor;
    const answer = await findExecution.attach(
      readTenant(tokens[0]),
      readExecutionId(payload),
      readWait(headers),
    );
    return encodeAnswer(answer, log.logId, clock.nowMs());
  }

  @MessagePattern(subjectPatterns.executionGet)
  async get(@Payload() payload: Uint8Array, @Ctx() { tokens }: BusContext): Promise<BusAnswer> {
    const { log, findExecution } = this.executor;
    const loaded = await findExecution.find(readTenant(tokens[0]), readExecutionId(payload));
    const generation = loaded?.state.generation;
    if (!loaded || !generation) return encodeProblem(noSuchExecution(), 'rejected', {});
    const execution = toExecution(loaded, generation, log.logId, false);
    return json(generation.outcome?.ok ? { result: generation.outcome.result, execution } : { execution });
  }

  @MessagePattern(subjectPatterns.executionEvents)
  async events(@Payload() payload: Uint8Array, @Ctx() { tokens }: BusContext): Promise<BusAnswer> {
    const { findExecution } = this.executor;
    const id = readExecutionId(payload);
    const page = await findExecution.events(readTenant(tokens[0]), id, readCursor(payload));
    return page === null ? encodeProblem(noSuchExecution(), 'rejected', {}) : json(page);
  }
}
