"""Compare kgpub with its neighbours: same data, same requests, same client, answers compared first."""
