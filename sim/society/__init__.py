"""The societal level: season, trend, labour market, message climate and shocks."""
