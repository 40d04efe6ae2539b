import { Provider } from './provider.ts';
import { type ProviderFault, troubleOf } from './troubles.ts';

/** The providers that there are at first, and how many models each lists. */
export const PROVIDERS = { openrouter: 120, featherless: 60, groq: 25 } as const;

/** What a provider that appears later lists. */
const NEW_PROVIDER_MODELS = 15;

/** One fault that was injected. */
interface Injected {
  readonly fault: ProviderFault;
  readonly provider: string | undefined;
  readonly seconds: number;
}

/** Which providers there are, and what is wrong with them. */
export class Directory {
  readonly #providers = new Map<string, Provider>();
  readonly #gone = new Set<string>();
  readonly #faults = new Map<ProviderFault, Injected>();

  async open(): Promise<void> {
    for (const [name, models] of Object.entries(PROVIDERS)) await this.#add(new Provider(name, models));
  }

  /** What the directory lists. */
  list(): { readonly name: string; readonly url: string }[] {
    return [...this.#providers.values()]
      .filter(({ name }) => !this.#gone.has(name))
      .map(({ name, url }) => ({ name, url }));
  }

  faults(): { readonly [fault: string]: Injected } {
    return Object.fromEntries(this.#faults);
  }

  async inject(injected: Injected): Promise<void> {
    const { fault, provider, seconds } = injected;
    await this.repair(fault);
    this.#faults.set(fault, injected);
    if (fault === 'new-provider') await this.#add(new Provider(provider ?? 'mistral', NEW_PROVIDER_MODELS));
    else if (fault === 'retired-provider') this.#retire(provider ?? 'groq');
    else for (const one of this.#struck(provider)) await one.set(troubleOf(fault, seconds) ?? {});
  }

  async repair(fault?: ProviderFault): Promise<void> {
    for (const injected of fault === undefined ? [...this.#faults.values()] : [this.#faults.get(fault)]) {
      if (injected !== undefined) await this.#mend(injected);
    }
  }

  close(): void {
    for (const provider of this.#providers.values()) provider.close();
  }

  async #mend({ fault, provider, seconds }: Injected): Promise<void> {
    this.#faults.delete(fault);
    if (fault === 'new-provider') this.#remove(provider ?? 'mistral');
    else if (fault === 'retired-provider') {
      this.#gone.delete(provider ?? 'groq');
      await this.#providers.get(provider ?? 'groq')?.open();
    } else {
      const mended = Object.fromEntries(
        Object.keys(troubleOf(fault, seconds) ?? {}).map((key) => [key, undefined]),
      );
      for (const one of this.#struck(provider)) await one.set(mended);
    }
  }

  #struck(name: string | undefined): Provider[] {
    if (name === undefined) return [...this.#providers.values()];
    const provider = this.#providers.get(name);
    return provider === undefined ? [] : [provider];
  }

  #retire(name: string): void {
    this.#gone.add(name);
    this.#providers.get(name)?.close();
  }

  #remove(name: string): void {
    this.#providers.get(name)?.close();
    this.#providers.delete(name);
  }

  async #add(provider: Provider): Promise<void> {
    await provider.open();
    this.#providers.set(provider.name, provider);
  }

  knows(name: string): boolean {
    return this.#providers.has(name);
  }
}
