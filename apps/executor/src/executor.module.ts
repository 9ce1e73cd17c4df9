import { type DynamicModule, Module } from '@nestjs/common';
import { AccessController } from './bus/access.controller.js';
import { ClientExecutionsController } from './bus/client-executions.controller.js';
import { ExecutionsController } from './bus/executions.controller.js';
import { RecoveryController } from './bus/recovery.controller.js';
import { ClientControlController } from './control/client-control.controller.js';
import { ControlController } from './control/control.controller.js';
import { Executor } from './executor.js';
import { ClientRegistryController } from './registry/client-registry.controller.js';
import { RegistryController } from './registry/registry.controller.js';

/** The executor's subjects over an executor that was put together elsewhere. */
@Module({})
// biome-ignore lint/complexity/noStaticOnlyClass: Nest's dynamic modules are classes
export class ExecutorModule {
  static register(executor: Executor): DynamicModule {
    return {
      module: ExecutorModule,
      controllers: [
        ExecutionsController,
        ClientExecutionsController,
        ControlController,
        ClientControlController,
        RegistryController,
        ClientRegistryController,
        AccessController,
        RecoveryController,
      ],
      providers: [{ provide: Executor, useValue: executor }],
    };
  }
}
