/** One entry of a conversation, whichever of the two APIs it came through. */
export type TurnItem =
  | { kind: 'user' | 'system' | 'assistant'; text: string }
  | { kind: 'call'; id: string; name: string; arguments: string }
  | { kind: 'result'; id: string; output: string };

export interface ToolSpec {
  name: string;
  description: string;
  parameters: Record<string, unknown>;
}

export type ToolChoice = 'auto' | 'none' | 'required' | { name: string };

/** The shape that the caller demands of the text: free, any JSON object, or a JSON schema. */
export type TextFormat = { type: 'text' } | { type: 'json_object' } | { type: 'json_schema'; schema: Record<string, unknown> };

/** What a model is asked to do next: the same for chat completions and for responses. */
export interface ModelTask {
  model: string;
  items: TurnItem[];
  tools: ToolSpec[];
  toolChoice: ToolChoice;
  parallelToolCalls: boolean;
  format: TextFormat;
  stream: boolean;
  /** In tokens of `countTokens`. */
  maxTokens?: number;
}

export interface PlannedCall {
  name: string;
  arguments: Record<string, unknown>;
}

export interface ToolCall {
  id: string;
  name: string;
  /** JSON; cut short when the token limit fell inside it. */
  arguments: string;
}

export interface ModelUsage {
  inputTokens: number;
  outputTokens: number;
  totalTokens: number;
}

export interface Completion {
  text: string;
  calls: ToolCall[];
  finish: 'stop' | 'tool_calls' | 'length';
  usage: ModelUsage;
}
