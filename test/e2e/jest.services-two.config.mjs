import { serviceModes } from './jest.modes.mjs';

export default serviceModes('services-two');
