// What the benchmark deploys: a server for the contract with an AWS client in it, as an agent that fetches a key has one.
import { createServer } from 'node:http';
import { BedrockAgentCoreClient } from '@aws-sdk/client-bedrock-agentcore';

const client = new BedrockAgentCoreClient({});

createServer((request, response) => {
  response.setHeader('content-type', 'application/json');
  response.end(request.url === '/ping' ? '{"status":"Healthy"}' : JSON.stringify(`Hello from ${client.constructor.name}`));
}).listen(8080, '0.0.0.0');
