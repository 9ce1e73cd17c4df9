import { natsModes } from './jest.modes.mjs';

export default natsModes('worker');
