"""What a trained network is good for: judged on data, asked about pictures, handed on."""
