/** A house whose Keepnet is a simulator of its own behind a fault proxy. Whoever opens one closes it. */
import { SIMULATOR_CREDENTIALS } from '../../src/simulator/server.js';
import { type FaultProxy, startFaultProxy } from './fault-proxy.js';
import { type House, openHouse } from './house.js';
import { startSimulator, type TestSimulator } from './simulator.js';

export interface ProxiedHouse {
  readonly house: House;
  readonly proxy: FaultProxy;
  readonly simulator: TestSimulator;
  close(): Promise<void>;
}

/** 12 companies with 20 users each, no latency; `env` as of every house. */
export async function openProxiedHouse(env: Readonly<Record<string, string>> = {}): Promise<ProxiedHouse> {
  const simulator = await startSimulator({ companies: 12, users: 20 });
  const proxy = await startFaultProxy(simulator.url);
  const house = await openHouse({
    env: {
      KEEPNET_BASE_URL: proxy.url,
      KEEPNET_CLIENT_ID: SIMULATOR_CREDENTIALS.clientId,
      KEEPNET_CLIENT_SECRET: SIMULATOR_CREDENTIALS.clientSecret,
      ...env,
    },
  });
  const close = async () => {
    await house.close();
    await proxy.stop();
    await simulator.stop();
  };
  return { house, proxy, simulator, close };
}
