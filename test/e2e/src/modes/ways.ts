process.env['ADO_E2E_MODE'] = 'nats';
